#include "daemon/session/terms.hpp"

#include "base/encoding.hpp"

namespace wardend::session {
namespace {

// Each part with its length before it, so that no two lists read the same.
class Text {
 public:
  Text& add(std::string_view part) {
    text_ += std::to_string(part.size());
    text_ += ':';
    text_ += part;
    return *this;
  }
  template <typename Number>
  Text& add_number(const std::optional<Number>& number) {
    return add(number ? std::to_string(*number) : "");
  }
  Text& add_all(const std::vector<std::string>& parts) {
    add(std::to_string(parts.size()));
    for (const std::string& part : parts) add(part);
    return *this;
  }
  [[nodiscard]] std::string digest() const { return hex(sha256(text_)); }

 private:
  std::string text_;
};

}  // namespace

std::string terms_of(const config::Config& config, std::string_view app_id, std::string_view server_name) {
  const config::App* app = config.app(app_id);
  const config::Server* server = config.server(server_name);
  const config::Registration* client = app == nullptr ? nullptr : app->registration(server_name);
  if (server == nullptr || client == nullptr) return {};
  Text text;
  text.add(app->in_use() ? "enabled" : "disabled").add_all(app->wanted_scopes().list());
  for (const config::Peer& peer : app->peers)
    text.add(peer.user)
        .add_number(peer.uid)
        .add(peer.group)
        .add_number(peer.gid)
        .add(peer.unit)
        .add(peer.label)
        .add(peer.exe);
  text.add(client->client_id).add(std::to_string(static_cast<int>(client->client_auth))).add(client->credential);
  text.add(client->redirect_uri);
  text.add(server->fhir_base_url.text()).add(server->route.ca_file).add(server->route.proxy).add(server->oauth.aud);
  text.add_all(server->allowed_token_hosts);
  return text.digest();
}

}  // namespace wardend::session
