/// The commit the program was built from, or a text that begins with '$' where the build does not know it.
const char *_Nonnull crossfade_commit(void);
