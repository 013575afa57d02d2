// Only there so that the precompiled header has a target (cmake/Targets.cmake).
