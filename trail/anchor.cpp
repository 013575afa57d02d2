#include "trail/anchor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "base/file_descriptor.hpp"

namespace wardend::trail {
namespace {

bool is_hash(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::filesystem::path anchor_in(const std::filesystem::path& state_dir) { return state_dir / "audit-anchor"; }

std::string to_text(const Link& anchor) { return std::to_string(anchor.sequence) + ":" + anchor.hash; }

std::optional<Link> parse_anchor(std::string_view text) {
  Link link;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), link.sequence);
  if (error != std::errc() || link.sequence == 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with(':') || !is_hash(text.substr(1))) return std::nullopt;
  link.hash = text.substr(1);
  return link;
}

FoundAnchor read_anchor(const std::filesystem::path& file) {
  const FileDescriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!in.valid()) return {.link = {}, .error = errno == ENOENT ? "" : std::strerror(errno)};
  std::array<char, 256> text{};
  const auto count = ::read(in.get(), text.data(), text.size());
  if (count < 0) return {.link = {}, .error = std::strerror(errno)};
  std::string_view line(text.data(), static_cast<std::size_t>(count));
  if (line.ends_with('\n')) line.remove_suffix(1);
  auto link = parse_anchor(line);
  return {.link = link, .error = link ? "" : "it is not an anchor"};
}

std::string write_anchor(const std::filesystem::path& file, const Link& link) {
  const std::string beside = file.string() + ".new";
  const FileDescriptor out(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  const std::string text = to_text(link) + "\n";
  if (!out.valid() || ::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fdatasync(out.get()) != 0 || std::rename(beside.c_str(), file.c_str()) != 0)
    return std::strerror(errno);
  return {};
}

}  // namespace wardend::trail
