/*
 * folder - a folder of a test's own, gone when the test ends well.
 */
#pragma once

/* Makes one under TMPDIR or /tmp; static text, one a test. */
const char *folder_make(void);
/* Removes it with all in it. */
void folder_remove(void);
