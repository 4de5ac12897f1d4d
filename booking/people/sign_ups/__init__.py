"""Teachers who sign up by themselves, until their collège or the coordination says that they are hers."""
