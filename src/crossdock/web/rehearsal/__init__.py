"""The rehearsal's page: the demo's marketplace live, to act in. It is there in the demo only (CROSSDOCK_REHEARSAL)."""
