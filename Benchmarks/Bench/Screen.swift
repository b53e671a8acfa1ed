import Foundation

/// The report goes to standard output; how the run goes, one line a measurement, to standard error.
enum Screen {
    static func show(_ text: String) { write(text, to: .standardOutput) }

    static func remark(_ text: String) { write(text, to: .standardError) }

    private static func write(_ text: String, to handle: FileHandle) {
        // A reader that has gone away is no reason to lose the files.
        try? handle.write(contentsOf: Data((text + "\n").utf8))
    }
}
