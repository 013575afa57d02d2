// The clients that are registered. A client id that is not here is a public client that may do what it likes.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/public_key.hpp"
#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

enum class ClientAuth { none, client_secret_basic, client_secret_post, private_key_jwt };
// What stands in a Basic pair: RFC 6749 §2.3.1 form-encodes id and secret, SMART's own page does not.
enum class BasicEncoding { form, raw, either };

[[nodiscard]] std::string_view name_of(ClientAuth auth);

struct Client {
  std::string client_id = {};
  ClientAuth auth = ClientAuth::none;
  std::string secret = {};
  BasicEncoding basic_encoding = BasicEncoding::either;
  std::vector<PublicKey> keys = {};
  std::string assertion_audience = {};          // of its assertions; empty: the token endpoint
  bool names_itself = false;                    // client_id stands in the body beside an assertion
  std::vector<std::string> redirect_uris = {};  // exact; none: any on loopback
  ScopeSyntax scope_syntax = ScopeSyntax::any;  // FHIR scopes of the other one are dropped without a word
};

// A client from the control interface's JSON object. The error names the member that is wrong.
[[nodiscard]] std::expected<Client, std::string> parse_client(std::string_view text);
// Without secrets.
[[nodiscard]] std::string client_json(const Client& client);

class Clients {
 public:
  static constexpr std::size_t max_clients = 256;

  // Takes the place of one with the same id. False: too many.
  [[nodiscard]] bool add(Client client);
  void clear() { clients_.clear(); }
  [[nodiscard]] const Client* find(const std::string& client_id) const;
  [[nodiscard]] const std::map<std::string, Client>& list() const { return clients_; }

 private:
  std::map<std::string, Client> clients_;
};

}  // namespace wardend::sandbox
