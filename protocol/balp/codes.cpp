#include "protocol/balp/codes.hpp"

#include <nlohmann/json.hpp>

namespace wardend::balp {

Json coding(const Code& code) {
  Json json = {{"system", code.system}, {"code", code.code}};
  if (!code.display.empty()) json["display"] = code.display;
  return json;
}

Json concept_of(const Code& code) {
  Json json = Json::object();
  json["coding"] = Json::array({coding(code)});
  return json;
}

}  // namespace wardend::balp
