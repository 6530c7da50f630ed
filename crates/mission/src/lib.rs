//! Missions: state machine, task graph, reviewer routing, review decisions, human gate.
