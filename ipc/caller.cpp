#include "ipc/caller.hpp"

#include <fmt/core.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace wardend::ipc {
namespace {

constexpr std::size_t most_groups = 65536;

std::optional<ucred> credentials(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0) return std::nullopt;
  return peer;
}

std::optional<std::vector<gid_t>> groups_of(int socket) {
  std::vector<gid_t> groups(32);
  while (groups.size() <= most_groups) {
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    const bool fits = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0;
    if (!fits && errno != ERANGE) return std::nullopt;
    groups.resize(fits ? size / sizeof(gid_t) : std::max(size / sizeof(gid_t), groups.size() * 2));
    if (fits) return groups;
  }
  return std::nullopt;
}

// No security module, or no label: an empty text, which no label rule matches.
std::string label_of(int socket) {
  std::array<char, 4096> text{};
  socklen_t size = text.size();
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERSEC, text.data(), &size) != 0) return {};
  return {text.data(), ::strnlen(text.data(), size)};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
    out += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::expected<Caller, std::string> Caller::of_socket(int socket, PeerFacts wanted) {
  const auto peer = credentials(socket);
  if (!peer) return std::unexpected("the kernel does not name the peer");
  Caller caller({.pid = peer->pid, .uid = peer->uid, .gid = peer->gid});
  caller.wanted_ = wanted;
  caller.has_groups_ = caller.has_label_ = caller.has_birth_ = caller.has_cgroup_ = false;
  if (!wanted.groups) return caller;
  auto groups = groups_of(socket);
  if (!groups) return std::unexpected("the kernel does not name the peer's groups");
  caller.facts_.groups = std::move(*groups);
  caller.has_groups_ = true;
  return caller;
}

Caller::Caller(CallerFacts facts) : facts_(std::move(facts)) {}

bool Caller::hold(int socket) {
  if (!process_) hold(socket, OpenProcess::of_peer(socket, facts_.pid, facts_.uid, facts_.birth));
  return process_ != nullptr;
}

// Where the birth was read to tell the process, it has to be the same the next time.
void Caller::hold(int socket, std::shared_ptr<const OpenProcess> process) {
  process_ = std::move(process);
  if (process_ && process_->has_birth()) (void)birth();
  learn(socket, wanted_);
}

// Groups that cannot be read are none: no rule matches by them.
void Caller::learn(int socket, PeerFacts wanted) {
  if (wanted.groups && !std::exchange(has_groups_, true))
    facts_.groups = groups_of(socket).value_or(std::vector<gid_t>());
  if (wanted.label && process_ && !std::exchange(has_label_, true)) facts_.label = label_of(socket);
}

const std::string& Caller::birth() const {
  if (has_birth_ || !process_) return facts_.birth;
  has_birth_ = true;
  facts_.birth = process_->birth();
  return facts_.birth;
}

const CgroupFacts& Caller::cgroup() const {
  if (has_cgroup_ || !process_) return facts_.cgroup;
  has_cgroup_ = true;
  facts_.cgroup = parse_cgroup(process_->read("cgroup"));
  return facts_.cgroup;
}

bool Caller::in_group(gid_t group) const {
  return facts_.gid == group || std::ranges::find(facts_.groups, group) != facts_.groups.end();
}

std::string Caller::describe() const {
  std::string comm = facts_.comm.empty() && process_ ? process_->read("comm") : facts_.comm;
  if (comm.ends_with('\n')) comm.pop_back();
  const auto& unit = cgroup().user_unit.empty() ? cgroup().system_unit : cgroup().user_unit;
  return fmt::format("pid={} uid={} unit={} comm={}", facts_.pid, facts_.uid, escaped(unit), escaped(comm));
}

}  // namespace wardend::ipc
