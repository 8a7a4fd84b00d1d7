"""The controller: observe, decide, apply. Owns every hot SQL statement (sql/); never sees a page or a person."""
