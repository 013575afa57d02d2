#include "daemon/launch/pages.hpp"

#include <utility>
#include <vector>

#include "base/encoding.hpp"

namespace wardend::launch {
namespace {

constexpr std::string_view submit_script = "document.getElementById('sign-in').submit();";

std::string page(std::string_view title, std::string_view body) {
  std::string html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
  html += title;
  html +=
      "</title><style>body{font:1.1rem system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}"
      "dt{color:#555}dd{margin:0 0 1rem;font-size:1.3rem}</style></head><body><h1>";
  html += title;
  html += "</h1>";
  html += body;
  html += "</body></html>\n";
  return html;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped.push_back(c);
    }
  }
  return escaped;
}

std::string launched_page(const LaunchedPage& page_of) {
  std::string body = "<dl><dt>App</dt><dd>" + escape_html(page_of.app) + "</dd><dt>Patient</dt><dd>" +
                     (page_of.patient.empty() ? "none" : escape_html(page_of.patient)) +
                     "</dd><dt>Signed in as</dt><dd>" +
                     (page_of.user.empty() ? "not told" : escape_html(page_of.user)) + "</dd></dl>";
  body += page_of.open_url.empty() ? std::string("<p>You can close this page.</p>")
                                   : "<p><a href=\"" + escape_html(page_of.open_url) + "\">Open the app</a></p>";
  return page("Signed in", body);
}

Secret posting_page(std::string_view authorization_url) {
  const auto question = authorization_url.find('?');
  auto fields = parse_form(question == std::string_view::npos ? "" : authorization_url.substr(question + 1));
  std::string body =
      "<form method=\"post\" action=\"" + escape_html(authorization_url.substr(0, question)) + "\" id=\"sign-in\">";
  for (auto& [name, value] : fields.value_or(std::vector<std::pair<std::string, std::string>>())) {
    std::string escaped = escape_html(value);
    body += "<input type=\"hidden\" name=\"" + escape_html(name) + "\" value=\"" + escaped + "\">";
    wipe(escaped);
    wipe(value);
  }
  body += "<p><button>Go on to the EHR</button></p></form><script>";
  body += submit_script;
  body += "</script>";
  std::string html = page("Signing in", body);
  Secret secret(html);
  wipe(body);
  wipe(html);
  return secret;
}

std::string_view posting_page_policy() {
  // No form-action: browsers hold it against every redirect that follows, too.
  return "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
         "script-src 'sha256-dni83a0lQ8cLlEpPWGqYWDbV95Ra74ULf79MIw7aS8w='";
}

std::string failed_page(std::string_view what, std::string_view next_step) {
  return page("The launch did not finish",
              "<p>" + escape_html(what) + "</p><p><strong>" + escape_html(next_step) + "</strong></p>");
}

}  // namespace wardend::launch
