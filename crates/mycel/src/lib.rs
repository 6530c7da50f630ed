//! Evidence commitments, MIPs, orders, claims, reports, settlement.
