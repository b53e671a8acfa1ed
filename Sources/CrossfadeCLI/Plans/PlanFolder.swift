import Diagnostics
import Foundation
import Workflow

/// The folder in which plans are found by their names.
struct PlanFolder: Sendable {
    let path: String

    static let endings = [".yaml", ".yml"]

    /// The paths of its plan files, sorted; none when there is no such folder.
    var paths: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { name in Self.endings.contains { name.hasSuffix($0) } }.sorted()
            .map { URL(filePath: path).appending(path: $0).relativePath }
    }

    /// All of its plan files, read.
    func files() throws(Failure) -> [PlanFile] {
        var files: [PlanFile] = []
        for path in paths { files.append(try PlanFile(reading: path)) }
        return files
    }

    /// The plan that a person means.
    ///
    /// - Throws: ``Failure`` `usage` when there is none, `invalidPlan` with every mistake when it is wrong.
    func plan(_ reference: String) throws(Failure) -> Plan {
        try file(reference).valid()
    }

    /// The file that a person means: a path, a plan's name, or the name of a file in the folder.
    func file(_ reference: String) throws(Failure) -> PlanFile {
        if Self.isPath(reference) {
            guard FileManager.default.fileExists(atPath: reference) else { throw missing(path: reference) }
            return try PlanFile(reading: reference)
        }
        let files = try files()
        // A plan is known by its name, also where its file is called otherwise.
        let named = files.filter { $0.plan?.name.text == reference }
        if named.count > 1 { throw ambiguous(reference, named.map(\.path)) }
        if let file = named.first ?? files.first(where: { $0.stem == reference }) { return file }
        throw missing(name: reference, among: files)
    }

    static func isPath(_ reference: String) -> Bool {
        reference.contains("/") || endings.contains { reference.hasSuffix($0) }
    }

    // MARK: - Failures

    private func ambiguous(_ name: String, _ paths: [String]) -> Failure {
        Failure(
            .usage,
            "\(paths.joined(separator: " and ")) are both named \(name)",
            hint: "a plan's name is its own: change one of them"
        )
    }

    private func missing(name: String, among files: [PlanFile]) -> Failure {
        let known = files.map { $0.plan?.name.text ?? $0.stem }
        let hint =
            if let near = closestMatch(to: name, among: known) {
                "did you mean '\(near)'?"
            } else if known.isEmpty {
                "crossfade new writes a plan; --plans names another folder"
            } else {
                "plans there: \(known.joined(separator: ", "))"
            }
        return Failure(.usage, "there is no plan '\(name)' in \(path)", hint: hint)
    }

    private func missing(path: String) -> Failure {
        let url = URL(filePath: path)
        let siblings = PlanFolder(path: url.deletingLastPathComponent().relativePath).paths
        let near = closestMatch(to: url.lastPathComponent, among: siblings.map { URL(filePath: $0).lastPathComponent })
        return Failure(.usage, "there is no file \(path)", hint: near.map { "did you mean '\($0)'?" })
    }
}
