// Only there so that the tests' precompiled header has a target (cmake/Targets.cmake).
int main() { return 0; }
