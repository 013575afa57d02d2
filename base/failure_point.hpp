// Names the places at which a process may die. The daemon's own definition does nothing; a test program brings another
// one that kills the process at a chosen place (tests/integration/crash).
#pragma once

namespace wardend {

// `name` is a literal: the folder's or the subject's word, a dot, what has just happened.
void at_failure_point(const char* name) noexcept;

}  // namespace wardend
