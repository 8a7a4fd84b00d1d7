"""What a person may do: one keyword-only function per button, API call and command. Each owns its transaction and
writes one Activity. Not here: what is shown (web), or what the engine does by itself (sync)."""
