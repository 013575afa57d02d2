#include "tests/sandbox/dress.hpp"

#include <zlib.h>

#include <string>

namespace wardend::sandbox {
namespace {

std::string as_latin1(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const bool pair = (first == 0xC2 || first == 0xC3) && i + 1 < text.size();
    bytes.push_back(pair ? static_cast<char>((first & 3U) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3FU))
                         : text[i]);
  }
  return bytes;
}

// Of ASCII, low byte first.
std::string as_utf16(std::string_view text) {
  std::string bytes = "\xFF\xFE";
  for (const char c : text) bytes.append({c, '\0'});
  return bytes;
}

std::string as_gzip(std::string text) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

bool is_encoding(std::string_view name) {
  return name == "latin1" || name == "utf16" || name == "gzip" || name == "br";
}

void dress(Reply& reply, const Fault& fault) {
  if (fault.status) reply.status = *fault.status;
  if (fault.content_type) reply.content_type = *fault.content_type;
  if (fault.insert && reply.body.starts_with('{')) reply.body.insert(1, *fault.insert + ",");
  if (fault.before) reply.body.insert(0, *fault.before);
  const std::string encoding = fault.encoding.value_or("");
  if (encoding == "latin1") reply.body = as_latin1(reply.body);
  if (encoding == "utf16") reply.body = as_utf16(reply.body);
  if (encoding == "gzip") reply.body = as_gzip(reply.body);
  if (encoding == "br")
    for (char& byte : reply.body) byte = static_cast<char>(~byte);
  if (encoding == "gzip" || encoding == "br") {
    reply.headers.emplace_back("Content-Encoding", encoding);
  }
}

}  // namespace wardend::sandbox
