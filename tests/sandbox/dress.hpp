// The same answer as odd servers and gateways send it: another status or type, something before the JSON, members that
// no JSON library would write, other bytes.
#pragma once

#include <string_view>

#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/message.hpp"

namespace wardend::sandbox {

// latin1 (each U+0080 to U+00FF as one byte), utf16 (with a byte order mark), gzip (with its Content-Encoding), br
// (other bytes, under the name of a coding that clients seldom know).
[[nodiscard]] bool is_encoding(std::string_view name);

// Does to `reply` what `status`, `content_type`, `before`, `insert` and `encoding` of the fault say.
void dress(Reply& reply, const Fault& fault);

}  // namespace wardend::sandbox
