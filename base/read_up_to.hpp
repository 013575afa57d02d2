// A file's bytes, as many as it has and no more than the caller allows.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "base/file_descriptor.hpp"

namespace wardend {

// The bytes from where `file` stands to its end, `most` of them at the longest: a caller that must know whether there
// are more asks for one more than it takes. Memory is taken as bytes come, so that a small file costs little whatever
// `most` is. An errno where reading fails: nothing of what was read until then is given. Spec: read(2).
std::expected<std::string, int> read_up_to(const FileDescriptor& file, std::size_t most);

}  // namespace wardend
