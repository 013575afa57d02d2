#include "daemon/launch/pages.hpp"

#include <utility>

#include "base/encoding.hpp"

namespace wardend::launch {
namespace {

constexpr std::string_view submit_script = "document.getElementById('sign-in').submit();";
// Browsers keep pages for "back" as they were left, also those that no cache may have.
constexpr std::string_view leave_script =
    "addEventListener('pagehide',()=>{const h=document.querySelector('h1');"
    "h.textContent='This page was left, and shows nothing any more.';"
    "document.querySelector('main').replaceChildren(h);});";

// Each colour has a contrast of 4.5:1 at least, in light and in dark.
constexpr std::string_view style =
    ":root{color-scheme:light dark;--paper:#fff;--ink:#1b1b1b;--faint:#555;--line:#767676;--link:#0b57d0}"
    "@media(prefers-color-scheme:dark){:root{--paper:#16191d;--ink:#ececec;--faint:#b5b5b5;--line:#8a8a8a;"
    "--link:#9ec1ff}}"
    "body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;background:var(--paper);color:var(--ink);"
    "overflow-wrap:anywhere}"
    "main{max-width:36rem;margin:0 auto;padding:3rem "
    "1rem}h1{line-height:1.2}a{color:var(--link)}li{margin-bottom:.6rem}"
    "dt{color:var(--faint)}dd{margin:0 0 1rem;font-size:1.3rem}.step{font-weight:bold}"
    ".again{display:inline-block;padding:.6rem 1.2rem;border:2px solid;border-radius:.4rem;font-weight:bold}"
    "details{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}summary{color:var(--faint)}"
    "details dl{font-size:1rem}details dd{font-size:1rem;margin-bottom:.5rem}";

std::string page(std::string_view title, std::string_view body) {
  std::string html =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<link rel=\"icon\" href=\"data:,\"><title>";
  html += title;
  html += "</title><style>";
  html += style;
  html += "</style></head><body><main><h1>";
  html += title;
  html += "</h1>";
  html += body;
  html += "</main></body></html>\n";
  return html;
}

// An element with text in it; nothing where there is no text.
std::string element(std::string_view opening, std::string_view text, std::string_view closing) {
  if (text.empty()) return {};
  return std::string(opening) + escape_html(text) + std::string(closing);
}

std::string folded(const ForIt& for_it) {
  if (for_it.reference.empty()) return {};
  std::string html = "<details><summary>For IT: reference " + escape_html(for_it.reference) + "</summary><dl>";
  for (const auto& [name, value] : for_it.details)
    if (!value.empty()) html += element("<dt>", name, "</dt>") + element("<dd>", value, "</dd>");
  return html + "</dl></details>";
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
  std::string body = "<dl>";
  const auto entry = [&](std::string_view name, std::string_view value) {
    body += element("<dt>", name, "</dt>") + element("<dd>", value, "</dd>");
  };
  entry("Signed in as", page_of.user.empty() ? "not told" : page_of.user);
  entry("Patient", page_of.patient.empty() ? "none" : page_of.patient);
  entry("EHR", page_of.server);
  entry("App", page_of.app);
  body += "</dl>";
  if (!page_of.missing.empty()) {
    body += "<p>The EHR did not allow the app to:</p><ul>";
    for (const std::string& missing : page_of.missing) body += element("<li>", missing, "</li>");
    body += "</ul><p class=\"step\">Ask IT if you need what is missing.</p>";
  }
  body += page_of.open_url.empty() ? "<p>You can close this page. It clears itself after " +
                                         std::to_string(launched_page_life) + " seconds.</p>"
                                   : "<p><a href=\"" + escape_html(page_of.open_url) + "\">Open the app</a></p>";
  return page("Signed in", body + folded(page_of.for_it) + "<script>" + std::string(leave_script) + "</script>");
}

std::string_view launched_page_policy() {
  return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; "
         "script-src 'sha256-Lola7QYDEZP9BorKepCFHl9430JUniDOxhYYTog3LdE='";
}

std::string done_page() {
  return page("The launch is finished", "<p>Go on in the app.</p><p>You can close this page.</p>");
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
  return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; "
         "script-src 'sha256-dni83a0lQ8cLlEpPWGqYWDbV95Ra74ULf79MIw7aS8w='";
}

std::string plain_page(std::string_view title, std::string_view body) { return page(escape_html(title), body); }

std::string notice_page(const Notice& notice) {
  std::string body = element("<p>", notice.sentence, "</p>") + element("<p class=\"advice\">", notice.advice, "</p>") +
                     element("<p class=\"step\">", notice.next_step, "</p>");
  // An empty address is the one that the page was opened by, with its query.
  if (notice.again == Notice::Again::link) body += "<p><a class=\"again\" href=\"\">Try again</a></p>";
  return page(escape_html(notice.title), body + folded(notice.for_it));
}

}  // namespace wardend::launch
