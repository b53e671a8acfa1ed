import Foundation
import PackagePlugin

/// Has the SQL files of a target written into it as Swift, whenever a build finds one added, changed or removed.
@main struct EmbeddedTemplates: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let module = target.sourceModule else { return [] }
        let folder = module.directoryURL.path
        let files = module.sourceFiles.map(\.url).filter { isSQL($0.path) }.sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "ShippedTemplates+Files.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) templates",
                executable: try context.tool(named: "EmbedTemplates").url,
                arguments: [folder, output.path] + files.map { String($0.path.dropFirst(folder.count + 1)) },
                inputFiles: files,
                outputFiles: [output]
            )
        ]
    }

    private func isSQL(_ path: String) -> Bool { path.hasSuffix(".sql") || path.hasSuffix(".sql.mustache") }
}
