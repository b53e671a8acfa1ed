import Foundation

/// Where the programs of one PostgreSQL version are.
package struct PostgresBinaries: Sendable, Hashable {
    /// Absolute: the server does not run in our working directory.
    package let folder: String

    /// What a folder must hold to be chosen.
    static let required = ["initdb", "postgres"]

    /// The place of a program beside the server, which need not exist: packages differ in the client programs.
    package func path(_ program: String) -> String {
        folder + "/" + program
    }

    /// Searches `CROSSFADE_PG_BIN`, the folder that `pg_config` names, PATH, and Debian's folders, newest version first.
    ///
    /// `CROSSFADE_PG_BIN` is a wish for one version: when it is set, no other is taken.
    package static func find(environment: [String: String]) throws(ClusterError) -> PostgresBinaries {
        if let folder = environment["CROSSFADE_PG_BIN"], !folder.isEmpty {
            let wanted = PostgresBinaries(folder: folder)
            if let missing = wanted.missing { throw .programMissing(missing, folder: folder) }
            return wanted
        }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let candidates = [configured(path: path)].compactMap { $0 } + path + packaged()
        let found = candidates.lazy.map(PostgresBinaries.init).first { $0.missing == nil }
        guard let found else {
            throw .binariesNotFound(searched: ["pg_config --bindir", "PATH", "\(packageRoot)/*/bin"])
        }
        return found
    }

    private init(folder: String) {
        self.folder = URL(fileURLWithPath: folder).path
    }

    /// The first required program that is not there.
    private var missing: String? {
        Self.required.first { !FileManager.default.isExecutableFile(atPath: path($0)) }
    }

    // MARK: - Places

    private static let packageRoot = "/usr/lib/postgresql"

    /// What `pg_config` says; libpq's packages contain it too, so that the folder may be empty.
    private static func configured(path: [String]) -> String? {
        let programs = path.map { $0 + "/pg_config" }
        guard let program = programs.first(where: FileManager.default.isExecutableFile(atPath:)) else { return nil }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--bindir"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // A pg_config that does not run is one place less to search.
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(whereSeparator: \.isNewline).first.map(String.init)
    }

    /// Debian's folders, one a major version.
    private static func packaged() -> [String] {
        // Without the folder there is nothing to search.
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: packageRoot)) ?? []
        return versions.compactMap { Int($0) }.sorted(by: >).map { "\(packageRoot)/\($0)/bin" }
    }
}
