"""Faults inflicted on real processes and real servers, and what must hold afterwards."""
