/*
 * glyph - what of a character is to be seen: enough to tell a name that can be read from one that
 * deceives.  After the general categories of Unicode 14 (UnicodeData.txt); what that version does
 * not know counts as seen, so that newer letters and emoji are nobody's loss.
 *
 * Thread: any; pure.
 */
#pragma once

#include <stdint.h>

enum glyph {
    GLYPH_SEEN,
    GLYPH_BLANK,  /* takes room, shows nothing: spaces, and letters that are blank */
    GLYPH_MARK,   /* stands on, under or around the one before it */
    GLYPH_JOINER, /* ZWJ, ZWNJ: shape their neighbours, in emoji and in some scripts */
    GLYPH_HIDDEN, /* controls, marks of direction, private use, noncharacters, and the like */
};

enum glyph glyph_of(uint32_t c);
