// Logging facade: constant text and key=value fields. Doors (ipc, http, bus) and loops log; everything below returns
// errors. Never log a body, a token, a code, a patient id or a whole URL. Levels: warn, we carry on; error, a request
// failed; critical, we stop.
#pragma once

#include <fmt/core.h>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace wardend::log {

enum class Level { debug, info, warn, error, critical };

struct Field {
  template <typename T>
  Field(std::string_view name, const T& of) : key(name), value(fmt::format("{}", of)) {}
  std::string_view key;
  std::string value;
};

// Whether lines of that level are written. For places where making the fields would cost more than what they tell of.
[[nodiscard]] bool wants(Level level);

// Logs one line: constant text, then key=value fields. Never waits; a line that the sink does not take is dropped and
// counted.
void write(Level level, std::string_view text, std::initializer_list<Field> fields = {});

inline void debug(std::string_view text, std::initializer_list<Field> fields = {}) {
  write(Level::debug, text, fields);
}
inline void info(std::string_view text, std::initializer_list<Field> fields = {}) { write(Level::info, text, fields); }
inline void warn(std::string_view text, std::initializer_list<Field> fields = {}) { write(Level::warn, text, fields); }
inline void error(std::string_view text, std::initializer_list<Field> fields = {}) {
  write(Level::error, text, fields);
}
inline void critical(std::string_view text, std::initializer_list<Field> fields = {}) {
  write(Level::critical, text, fields);
}

// A line that somebody outside can cause as often as they like: five alike in a minute, the rest is counted. Alike are
// lines of one `text` and one `cause`, which is who caused it and by what: a uid, a server and a finding. Of one text
// sixteen causes are told apart in a minute. Only from the loop's thread.
void bounded(Level level, std::string_view text, const std::string& cause, std::initializer_list<Field> fields = {});
// Tells how many lines bounded() has left out in minutes that have ended, each kind in a line of its own. To be called
// a few times a minute.
void tell_left_out();
// The same of every minute, the one that runs included: at the end.
void tell_all_left_out();

// Where lines go: one call a line, without a line end; it must not block. The default is standard error;
// what nobody reads there is dropped and counted. What bounded() has counted begins anew.
using Sink = std::function<void(Level, std::string_view line)>;
void set_sink(Sink sink);
void set_level(Level least);

}  // namespace wardend::log
