"""Our rasa-sdk actions for a clinic's own Rasa assistant: the action server's contract, authenticated."""
