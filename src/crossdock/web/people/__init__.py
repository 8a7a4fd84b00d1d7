"""Pages where people are asked to come, get roles and leave."""
