/// Lets SIGINT and SIGTERM end the process with status 130 until the program minds them itself.
///
/// It is called before main; a signal that whoever started the program has it ignore stays ignored.
void crossfade_end_on_signals(void);
