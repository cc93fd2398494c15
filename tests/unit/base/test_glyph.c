#include "base/glyph.h"
#include "support/test.h"

TEST(characters_are_told_apart_by_what_is_seen_of_them)
{
    static const struct {
        uint32_t c;
        enum glyph glyph;
    } some[] = {
        {'a', GLYPH_SEEN},       {'~', GLYPH_SEEN},       {0xe9, GLYPH_SEEN},
        {0x5c71, GLYPH_SEEN},    {0x1f469, GLYPH_SEEN},   {0x1fadf, GLYPH_SEEN}, /* Unicode 16 */
        {' ', GLYPH_BLANK},      {0xa0, GLYPH_BLANK},     {0x3000, GLYPH_BLANK},
        {0x3164, GLYPH_BLANK},   {0x2800, GLYPH_BLANK},   {0x301, GLYPH_MARK},
        {0x20e3, GLYPH_MARK},    {0xfe0f, GLYPH_MARK},    {0xe01ef, GLYPH_MARK},
        {0xe49, GLYPH_MARK},     {0x200c, GLYPH_JOINER},  {0x200d, GLYPH_JOINER},
        {0, GLYPH_HIDDEN},       {0x1f, GLYPH_HIDDEN},    {0x7f, GLYPH_HIDDEN},
        {0x85, GLYPH_HIDDEN},    {0xad, GLYPH_HIDDEN},    {0x200b, GLYPH_HIDDEN},
        {0x200e, GLYPH_HIDDEN},  {0x202e, GLYPH_HIDDEN},  {0x2066, GLYPH_HIDDEN},
        {0xfeff, GLYPH_HIDDEN},  {0xfffe, GLYPH_HIDDEN},  {0xe000, GLYPH_HIDDEN},
        {0xe0041, GLYPH_HIDDEN}, {0x1ffff, GLYPH_HIDDEN}, {0x10ffff, GLYPH_HIDDEN},
    };

    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
        CHECK_EQ(glyph_of(some[i].c), some[i].glyph);
}
