"""The pages: templates and htmx over operations. Not here: rules, or anything that speaks to a store."""
