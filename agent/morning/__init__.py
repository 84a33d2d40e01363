"""A morning at the demo's front desk, played from outside: patients who text and chat, and clerks at the console."""
