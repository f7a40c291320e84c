// Apache's password hash "$apr1$salt$hash" and its ancestor "$1$": 1000 rounds of MD5. Old and weak, and what htpasswd
// still makes by default. Pure function; takes a fraction of a millisecond.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::edge {

// The hash with its magic and salt, as it stands in a users file. Of a longer salt eight bytes count.
std::string md5_crypt(std::string_view password, std::string_view magic, std::string_view salt);

}  // namespace gatehouse::edge
