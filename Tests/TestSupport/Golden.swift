import Foundation
package import Testing

/// Expects a text to be that of a file in the folder `Golden` beside the test.
///
/// With `UPDATE_GOLDEN=1` the file is written anew and the test fails, so that it cannot stay on; a file that is not
/// there is a failure too.
package func expectGolden(
    _ text: String,
    _ name: String,
    file: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Golden")
    let url = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        Issue.record("wrote \(name): read it, and run again without UPDATE_GOLDEN", sourceLocation: sourceLocation)
        return
    }
    let golden = try String(contentsOf: url, encoding: .utf8)
    #expect(text == golden, "UPDATE_GOLDEN=1 writes \(name) anew", sourceLocation: sourceLocation)
}
