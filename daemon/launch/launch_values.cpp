#include "daemon/launch/launch_values.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace wardend::launch {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t entry_bytes = 16 + 8 + 1;  // mark, time, used
constexpr int most_encodings = 8;

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

// Each `%41` as the byte that it stands for; what is no such triple stays.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = at + 2 < text.size() && text[at] == '%' ? hex_value(text[at + 1]) : -1;
    const int low = high < 0 ? -1 : hex_value(text[at + 2]);
    decoded.push_back(low < 0 ? text[at] : static_cast<char>(high * 16 + low));
    if (low >= 0) at += 2;
  }
  return decoded;
}

// Blanks of every kind are outside of visible ASCII, but for a form's `+`.
bool counts(char byte) { return byte > ' ' && byte < 0x7f && byte != '+'; }

}  // namespace

std::string comparable(std::string_view value) {
  std::string form(value);
  for (int round = 0; round < most_encodings; ++round) {
    std::string next = lower_case(percent_decoded(form));
    std::erase_if(next, [](char byte) { return !counts(byte); });
    const bool stable = next == form;
    wipe(form);
    form = std::move(next);
    if (stable) return form;
  }
  wipe(form);
  return {};
}

// A record is the key and then the values, the oldest first.
void LaunchValues::restore() {
  vault_.each([&](Vault::RecordId id, Vault::Kind kind, std::string_view bytes) {
    if (kind != Vault::Kind::launch_values) return;
    if (record_ != 0 || bytes.size() < key_bytes || (bytes.size() - key_bytes) % entry_bytes != 0)
      return vault_.erase(id);
    record_ = id;
    key_ = Secret(bytes.substr(0, key_bytes));
    for (auto rest = bytes.substr(key_bytes); !rest.empty(); rest.remove_prefix(entry_bytes)) {
      Seen seen{.used = rest[24] != 0};
      std::memcpy(seen.mark.data(), rest.data(), seen.mark.size());
      BootTime::rep at = 0;
      std::memcpy(&at, rest.data() + 16, sizeof at);
      seen.at = BootTime(BootTime::duration(at));
      seen_.push_back(seen);
    }
  });
}

// SHA-256 of key, server and value. Without the key, which lies here and in the vault alone, nobody can tell whether a
// guessed value was seen.
LaunchValues::Mark LaunchValues::mark_of(std::string_view server, std::string_view form) {
  if (key_.empty())
    key_ = Secret::written(key_bytes, [&](char* bytes) {
      random_.fill({reinterpret_cast<unsigned char*>(bytes), key_bytes});
      return key_bytes;
    });
  std::string text(key_.reveal());
  text.append(server).push_back('\0');
  text.append(form);
  std::string hash = sha256(text);
  Mark mark{};
  std::memcpy(mark.data(), hash.data(), mark.size());
  wipe(text);
  wipe(hash);
  return mark;
}

LaunchValues::Sighting LaunchValues::see(std::string_view server, std::string_view value) {
  forget_old();
  std::string form = comparable(value);
  const Mark mark = mark_of(server, form);
  const bool tells_nothing = form.empty();
  wipe(form);
  if (tells_nothing || std::ranges::find(seen_, mark, &Seen::mark) != seen_.end()) return {mark, true};
  if (seen_.size() >= most) {
    const auto unused = std::ranges::find(seen_, false, &Seen::used);
    seen_.erase(unused == seen_.end() ? seen_.begin() : unused);
  }
  seen_.push_back({.mark = mark, .at = clock_.now()});
  keep();
  return {mark, false};
}

void LaunchValues::came_to_session(const Mark& mark) {
  const auto found = std::ranges::find(seen_, mark, &Seen::mark);
  if (found == seen_.end() || found->used) return;
  found->used = true;
  keep();
}

void LaunchValues::forget_old() {
  std::erase_if(seen_, [now = clock_.now()](const Seen& seen) { return now - seen.at > kept_for; });
}

void LaunchValues::keep() {
  const Secret record = Secret::written(key_bytes + seen_.size() * entry_bytes, [&](char* bytes) {
    std::memcpy(bytes, key_.reveal().data(), key_bytes);
    char* next = bytes + key_bytes;
    for (const Seen& seen : seen_) {
      const BootTime::rep at = seen.at.time_since_epoch().count();
      std::memcpy(next, seen.mark.data(), seen.mark.size());
      std::memcpy(next + 16, &at, sizeof at);
      next[24] = seen.used ? 1 : 0;
      next += entry_bytes;
    }
    return static_cast<std::size_t>(next - bytes);
  });
  record_ = vault_.put(record_, Vault::Kind::launch_values, record.reveal());
}

}  // namespace wardend::launch
