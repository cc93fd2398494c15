#include "fetch/letter.h"

#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/utf8.h"

#include <errno.h>
#include <time.h>

enum {
    LOCAL_MAX = 64,
    LABEL_MAX = 63,
    WORD_BYTES = 39, /* as base64, behind the field's name, within the 76 of RFC 2047, 2 */
    PLAIN_MAX = 60,  /* a longer subject is folded, for which it is encoded */
    LINE_MAX = 76,   /* RFC 2045, 6.7 (5), without the line's end */
    ID_BYTES = 16,
};

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 5322, 3.2.3. */
static bool is_atext(char c)
{
    return is_alnum(c) || (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Dots between runs of atext. */
static bool is_local(struct span s)
{
    struct span atom;

    if (s.len == 0 || s.len > LOCAL_MAX || s.p[s.len - 1] == '.')
        return false;
    while (span_split(&s, '.', &atom)) {
        for (size_t i = 0; i < atom.len; i++) {
            if (!is_atext(atom.p[i]))
                return false;
        }
        if (atom.len == 0)
            return false;
    }
    return true;
}

static bool is_domain(struct span s)
{
    struct span label;

    if (s.len == 0 || s.p[s.len - 1] == '.')
        return false;
    while (span_split(&s, '.', &label)) {
        if (label.len == 0 || label.len > LABEL_MAX || label.p[0] == '-' ||
            label.p[label.len - 1] == '-')
            return false;
        for (size_t i = 0; i < label.len; i++) {
            if (!is_alnum(label.p[i]) && label.p[i] != '-')
                return false;
        }
    }
    return true;
}

bool letter_address_ok(struct span s)
{
    const size_t at = span_find(s, '@');

    return s.len <= LETTER_ADDRESS_MAX && at < s.len && is_local(span_sub(s, 0, at)) &&
           is_domain(span_sub(s, at + 1, s.len));
}

int letter_mailbox(struct span s, struct span *ret_name, struct span *ret_address)
{
    const struct span all = span_trim(s);
    const size_t open = span_find(all, '<');
    struct span name = SPAN_NONE;
    struct span address = all;

    if (open < all.len) {
        if (all.p[all.len - 1] != '>')
            return -EBADMSG;
        name = span_trim(span_sub(all, 0, open));
        address = span_sub(all, open + 1, all.len - open - 2);
    }
    if (name.len > 1 && name.p[0] == '"' && name.p[name.len - 1] == '"')
        name = span_sub(name, 1, name.len - 2);
    if (!letter_address_ok(address) || !utf8_valid(name))
        return -EBADMSG;
    *ret_name = name;
    *ret_address = address;
    return 0;
}

static bool is_control(char c)
{
    return (uint8_t)c < ' ' || c == 0x7f;
}

/* Plain enough to stand in a head as it is? */
static bool is_plain(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((uint8_t)s.p[i] >= 0x7f || (s.p[i] == '=' && i + 1 < s.len && s.p[i + 1] == '?'))
            return false;
    }
    return s.len <= PLAIN_MAX;
}

/* Encoded words, one a line, none of which splits a character. */
static void add_words(struct buf *out, struct span s)
{
    bool first = true;

    while (s.len > 0) {
        size_t n = s.len < WORD_BYTES ? s.len : WORD_BYTES;
        while (n < s.len && ((uint8_t)s.p[n] & 0xc0) == 0x80)
            n--;
        buf_add_str(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        text_base64(out, span_sub(s, 0, n));
        buf_add_str(out, "?=");
        s = span_sub(s, n, s.len);
        first = false;
    }
}

/* A copy without control bytes. */
static struct buf cleaned(struct span s)
{
    struct buf b = {0};

    buf_add_span(&b, s);
    for (size_t i = 0; i < b.len; i++) {
        if (is_control(b.p[i]))
            b.p[i] = ' ';
    }
    return b;
}

static void add_subject(struct buf *out, struct span subject)
{
    struct buf text = cleaned(subject);
    const struct span s = span_trim(buf_span(&text));

    if (is_plain(s)) {
        buf_add_span(out, s);
    } else {
        add_words(out, s);
    }
    buf_done(&text);
}

static void add_from(struct buf *out, const struct letter *l)
{
    struct buf text = cleaned(l->from_name);
    const struct span name = span_trim(buf_span(&text));

    if (name.len > 0 && is_plain(name)) {
        buf_add_char(out, '"');
        for (size_t i = 0; i < name.len; i++) {
            if (name.p[i] == '"' || name.p[i] == '\\')
                buf_add_char(out, '\\');
            buf_add_char(out, name.p[i]);
        }
        buf_add_str(out, "\" ");
    } else if (name.len > 0) {
        add_words(out, name);
        buf_add_str(out, "\r\n ");
    }
    buf_printf(out, "<%.*s>", SPAN_ARG(l->from));
    buf_done(&text);
}

/* RFC 5322, 3.3; in English whatever the locale. */
static void add_date(struct buf *out, struct wall now)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const time_t seconds = (time_t)(now.ms / 1000);
    struct tm t = {0};

    (void)gmtime_r(&seconds, &t);
    buf_printf(out, "%.3s, %d %.3s %d %02d:%02d:%02d +0000", days + (size_t)3 * (size_t)t.tm_wday,
               t.tm_mday, months + (size_t)3 * (size_t)t.tm_mon, t.tm_year + 1900, t.tm_hour,
               t.tm_min, t.tm_sec);
}

static void add_message_id(struct buf *out, struct span from)
{
    uint8_t chance[ID_BYTES];
    const size_t at = span_find(from, '@');

    rand_bytes(chance, sizeof(chance));
    buf_add_char(out, '<');
    text_hex(out, span_of(chance, sizeof(chance)));
    buf_add_span(out, span_sub(from, at, from.len));
    buf_add_char(out, '>');
}

/* May it stand as it is?  A blank at the end of a line gets lost on the way, and a dot at its
 * beginning means the end of the mail to a careless server. */
static bool is_literal(struct span line, size_t i, size_t column)
{
    const char c = line.p[i];

    if (c == ' ' || c == '\t')
        return i + 1 < line.len;
    return c > ' ' && c <= '~' && c != '=' && (c != '.' || column > 0);
}

static void add_line(struct buf *out, struct span line)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t column = 0;

    for (size_t i = 0; i < line.len; i++) {
        /* one column is kept for the '=' of a soft break */
        if (column + (is_literal(line, i, column) ? 1 : 3) > LINE_MAX - 1) {
            buf_add_str(out, "=\r\n");
            column = 0;
        }
        if (is_literal(line, i, column)) {
            buf_add_char(out, line.p[i]);
            column++;
        } else {
            buf_add_char(out, '=');
            buf_add_char(out, hex[(uint8_t)line.p[i] >> 4]);
            buf_add_char(out, hex[(uint8_t)line.p[i] & 15]);
            column += 3;
        }
    }
    buf_add_str(out, "\r\n");
}

static void add_text(struct buf *out, struct span text)
{
    struct span line;

    if (text.len > 0 && text.p[text.len - 1] == '\n')
        text.len--; /* it ends the last line and begins none */
    while (span_split(&text, '\n', &line)) {
        if (line.len > 0 && line.p[line.len - 1] == '\r')
            line.len--;
        add_line(out, line);
    }
}

int letter_write(struct buf *out, const struct letter *l)
{
    if (!letter_address_ok(l->from) || !letter_address_ok(l->to) || !utf8_valid(l->from_name) ||
        !utf8_valid(l->subject) || !utf8_valid(l->text))
        return -EBADMSG;
    buf_add_str(out, "Date: ");
    add_date(out, l->now);
    buf_add_str(out, "\r\nFrom: ");
    add_from(out, l);
    buf_printf(out, "\r\nTo: <%.*s>\r\nSubject: ", SPAN_ARG(l->to));
    add_subject(out, l->subject);
    buf_add_str(out, "\r\nMessage-ID: ");
    add_message_id(out, l->from);
    buf_add_str(out, "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    add_text(out, l->text);
    return 0;
}
