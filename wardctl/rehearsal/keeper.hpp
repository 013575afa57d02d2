// Whatever ends a rehearsal or a developer's stage, nothing of it stays: its folder, its service and its sandbox go.
// That is the whole job of one process, so that no step can get in its way.
#pragma once

#include <filesystem>
#include <functional>

#include "wardctl/context.hpp"

namespace wardend::wardctl {

// For what the folder is.
struct Occasion {
  const char* name;       // in the folder's name, and in sentences: "rehearsal"
  const char* signalled;  // what is said after a signal
  const char* again;      // the next step where it was killed
};

// Runs `play` in a process of its own, with a new folder that only this user reads, and returns its exit code. The
// caller's process waits; when `play` has ended, or at SIGINT, SIGTERM, SIGHUP and SIGQUIT, it kills that process and
// all that was started from it, removes the folder, and after a signal ends by that signal. If the caller's process is
// killed itself, the kernel kills the others, and the next call for the same occasion removes the folder.
[[nodiscard]] ExitCode in_a_folder(const Context& context, const Occasion& occasion,
                                   const std::function<ExitCode(const std::filesystem::path&)>& play);

// To be called in a process that has just been started: it dies with the process that started it.
void die_with(int parent);

}  // namespace wardend::wardctl
