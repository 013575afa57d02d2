#include "daemon/parking/parked_work.hpp"

#include <array>
#include <cstring>
#include <utility>

namespace wardend::parking {
namespace {

constexpr std::string_view version = "W1";
constexpr std::size_t number_size = sizeof(std::int64_t);

// Numbers as this machine writes them: a record never leaves it.
class Writer {
 public:
  explicit Writer(char* at) : begin_(at), at_(at) {}
  void bytes(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void number(std::int64_t value) {
    std::memcpy(at_, &value, number_size);
    at_ += number_size;
  }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes(value);
  }
  [[nodiscard]] std::size_t written() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  char* begin_;
  char* at_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  std::string_view bytes(std::size_t size) {
    whole_ = whole_ && size <= left_.size();
    if (!whole_) return {};
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::int64_t number() {
    std::int64_t value = 0;
    if (const std::string_view taken = bytes(number_size); whole_) std::memcpy(&value, taken.data(), number_size);
    return value;
  }
  std::string_view text() { return bytes(static_cast<std::size_t>(number())); }
  [[nodiscard]] bool ended_well() const { return whole_ && left_.empty(); }

 private:
  std::string_view left_;
  bool whole_ = true;
};

std::array<std::string_view, 7> texts_of(const ParkedWork& work) {
  return {work.owner.app,     work.owner.server, work.owner.issuer, work.owner.subject,
          work.owner.patient, work.label,        work.data.reveal()};
}

}  // namespace

std::optional<Owner> owner_of(const session::Session& session) {
  if (session.user.issuer.empty() || session.user.subject.empty()) return std::nullopt;
  if (!session.context.patient || session.context.patient->empty()) return std::nullopt;
  return Owner{.app = session.app,
               .server = session.server,
               .issuer = session.user.issuer,
               .subject = session.user.subject,
               .patient = *session.context.patient};
}

Secret to_record(const ParkedWork& work) {
  const auto texts = texts_of(work);
  std::size_t size = version.size() + 2 * number_size;
  for (const std::string_view text : texts) size += number_size + text.size();
  return Secret::written(size, [&](char* at) {
    Writer writer(at);
    writer.bytes(version);
    writer.number(unix_seconds(work.parked_at));
    writer.number(work.expires_at.time_since_epoch().count());
    for (const std::string_view text : texts) writer.text(text);
    return writer.written();
  });
}

std::optional<ParkedWork> from_record(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.bytes(version.size()) != version) return std::nullopt;
  ParkedWork work;
  work.parked_at = WallTime(std::chrono::seconds(reader.number()));
  work.expires_at = BootTime(Duration(reader.number()));
  for (std::string* text :
       {&work.owner.app, &work.owner.server, &work.owner.issuer, &work.owner.subject, &work.owner.patient, &work.label})
    *text = reader.text();
  work.data = Secret(reader.text());
  if (!reader.ended_well()) return std::nullopt;
  return work;
}

}  // namespace wardend::parking
