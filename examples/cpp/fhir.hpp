// The app's own requests to the FHIR server, with libcurl: wardend gives the token, and is not in their way.
#pragma once

#include <string>

struct Answer {
  long status = 0;  // 0: no answer
  std::string body;
};

// GET, or with a body POST. An empty request id is not sent.
struct Request {
  std::string url;
  std::string access_token;
  std::string request_id = {};
  std::string body = {};
};
Answer send(const Request& request);

// In hexadecimal.
std::string sha256(const std::string& text);
