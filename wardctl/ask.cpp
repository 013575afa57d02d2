#include "wardctl/ask.hpp"

#include <fmt/format.h>

#include <ostream>

#include "base/json.hpp"

namespace wardend::wardctl {

std::string qualified(std::string_view interface, std::string_view method) {
  return fmt::format("{}.{}", interface, method);
}

client::Failure bad_reply(const std::string& member) {
  return {.kind = client::Failure::Kind::protocol,
          .detail = fmt::format("the reply's \"{}\" is missing or not what the interface says", member)};
}

ExitCode print_json(const Context& context, const nlohmann::json& value) {
  context.out << dump_json(value) << std::endl;
  return ExitCode::done;
}

}  // namespace wardend::wardctl
