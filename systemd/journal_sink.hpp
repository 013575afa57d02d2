// Log lines to the journal by its own datagram socket. A line that the journal cannot take at once is dropped and
// counted: the loop never waits for a log. Spec: systemd's "Native Journal Protocol".
#pragma once

#include <cstdint>
#include <string>

#include "base/log.hpp"

namespace wardend::systemd {

// Whether this process's standard error is the journal's ($JOURNAL_STREAM), so that lines should go there directly.
[[nodiscard]] bool stderr_is_journal();

// For log::set_sink. Without a journal socket it answers an empty function: keep the default then.
// `path` is for tests: a socket other than the journal's.
[[nodiscard]] log::Sink journal_sink(const std::string& path = "/run/systemd/journal/socket");
[[nodiscard]] std::uint64_t journal_lines_dropped();

}  // namespace wardend::systemd
