"""What goes over the wire: frames, views, their encoding. Knows no database and no socket."""
