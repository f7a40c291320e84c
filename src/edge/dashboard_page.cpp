#include "edge/dashboard_page.h"

#include <array>
#include <string_view>

#include <openssl/evp.h>

#include "edge/dashboard_parts.h"
#include "format/base64.h"

namespace gatehouse::edge {

namespace {

std::string sha256_source(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return "'sha256-" + format::encode_base64({reinterpret_cast<const char*>(digest.data()), size}) + "'";
}

}  // namespace

DashboardPage make_dashboard_page() {
  DashboardPage page;
  page.html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Gatehouse</title>\n<style>";
  page.html += kDashboardStyle;
  page.html +=
      "</style>\n</head>\n<body>\n<header><h1 id=\"name\">Gatehouse</h1><small id=\"version\"></small>"
      "<span id=\"state\" class=\"why\" role=\"status\"></span>"
      "<input id=\"search\" type=\"search\" placeholder=\"Search names and rules\" aria-label=\"Search\"></header>\n"
      "<main id=\"page\"></main>\n<noscript>This page shows what the API says, and needs JavaScript for "
      "it.</noscript>\n"
      "<script>";
  page.html += kDashboardScript;
  page.html += "</script>\n</body>\n</html>\n";
  page.content_security_policy = "default-src 'none'; connect-src 'self'; style-src " + sha256_source(kDashboardStyle) +
                                 "; script-src " + sha256_source(kDashboardScript) +
                                 "; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
  return page;
}

}  // namespace gatehouse::edge
