// How a client proves to the token endpoint who it is. No I/O: the credential is read by whoever asks, for each use.
// Spec: RFC 6749 §2.3.1, RFC 7523 §2.2, SMART App Launch 2.2.0 (client authentication).
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.hpp"

namespace wardend::oauth {

enum class ClientAuth { none, client_secret_basic, client_secret_post, private_key_jwt };
// RFC 6749 form-encodes id and secret before they go into Basic; SMART's own page, and some servers, do not.
enum class BasicEncoding { form, raw };

struct ClientIdentity {
  ClientAuth method = ClientAuth::none;
  std::string client_id = {};
  BasicEncoding basic_encoding = BasicEncoding::form;
};

// What a request to the token or revocation endpoint carries. A public client's is its client_id alone; a confidential
// one that authenticates by Basic sends no client_id in the body, nor by an assertion unless the server wants it.
struct ClientAuthentication {
  Secret authorization = {};  // the Authorization header's value; empty: none
  std::vector<std::pair<std::string, Secret>> fields = {};
};

struct AssertionFacts {
  std::string_view audience = {};  // the token endpoint, or what else the server wants
  std::string_view jti = {};       // never used before
  bool names_client = false;       // the body holds client_id beside the assertion
  std::chrono::system_clock::time_point now = {};
};

// `credential` is the content of its file, the secret or the private JWK; empty for a public client. A byte order mark
// and one line end, LF or CRLF, are not part of it. A secret with a blank at an end or a control character is refused:
// a server would only say that it rejects the client. An assertion lives 180 s; its `iat` is five seconds back, for
// servers whose clock is. The error is a sentence for operators that quotes nothing of the credential.
[[nodiscard]] std::expected<ClientAuthentication, std::string> authenticate_client(const ClientIdentity& client,
                                                                                   const Secret& credential,
                                                                                   const AssertionFacts& facts);

// Whether the credential could serve at all: what `--check` asks, without using it.
[[nodiscard]] std::expected<void, std::string> check_credential(ClientAuth method, const Secret& credential);

}  // namespace wardend::oauth
