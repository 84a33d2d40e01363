"""Forms that patients fill in: read from FHIR Questionnaires, walked question by question, written out as FHIR."""
