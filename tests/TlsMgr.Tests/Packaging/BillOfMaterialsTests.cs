using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Packaging;

/// <summary>src/packaging/sbom.sh prints a valid SPDX 2.3 document that has every package of the lock files.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class BillOfMaterialsTests(BillOfMaterials printed) : IClassFixture<BillOfMaterials>
{
    /// <summary>The fields that the specification calls mandatory, of each kind of element.</summary>
    private static readonly Dictionary<string, string[]> Mandatory = new()
    {
        ["document"] = ["spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"],
        ["creationInfo"] = ["created", "creators"],
        ["packages"] = ["SPDXID", "name", "downloadLocation"],
        ["files"] = ["SPDXID", "fileName", "checksums"],
        ["relationships"] = ["spdxElementId", "relationshipType", "relatedSpdxElement"],
    };

    /// <summary>Names of the SPDX licence list, which is what an expression may hold.</summary>
    private static readonly string[] Licenses =
    [
        "MIT", "OLDAP-2.8", "LGPL-2.1-or-later", "GPL-3.0-or-later WITH GCC-exception-3.1",
    ];

    private static readonly string[] Relations = ["DESCRIBES", "CONTAINS", "STATIC_LINK", "BUILD_TOOL_OF"];

    private readonly JsonElement _document = printed.Document;

    [Fact]
    public void Every_mandatory_field_has_a_value()
    {
        Missing(_document, Mandatory["document"]).ShouldBeEmpty();
        Missing(_document.GetProperty("creationInfo"), Mandatory["creationInfo"]).ShouldBeEmpty();
        foreach (string kind in (string[])["packages", "files", "relationships"])
        {
            Elements(kind).ShouldNotBeEmpty();
            Elements(kind).SelectMany(element => Missing(element, Mandatory[kind])).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_document_is_of_SPDX_2_3()
    {
        Text(_document, "spdxVersion").ShouldBe("SPDX-2.3");
        Text(_document, "dataLicense").ShouldBe("CC0-1.0");
        Text(_document, "SPDXID").ShouldBe("SPDXRef-DOCUMENT");
        Uri.TryCreate(Text(_document, "documentNamespace"), UriKind.Absolute, out Uri? name).ShouldBeTrue();
        name!.Fragment.ShouldBeEmpty();
        JsonElement creation = _document.GetProperty("creationInfo");
        Text(creation, "created").ShouldMatch("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$");
        creation.GetProperty("creators").EnumerateArray().Select(creator => creator.GetString()!)
            .ShouldAllBe(creator => Creator().IsMatch(creator));
    }

    [Fact]
    public void Identifiers_are_well_formed_and_unique_and_relations_name_them()
    {
        string[] identifiers =
            [.. Elements("packages").Concat(Elements("files")).Append(_document).Select(one => Text(one, "SPDXID"))];

        identifiers.ShouldAllBe(identifier => Identifier().IsMatch(identifier));
        identifiers.ShouldBeUnique();
        Elements("relationships").Select(one => Text(one, "relationshipType")).ShouldAllBe(one => Relations.Contains(one));
        Elements("relationships").SelectMany(one =>
                (string[])[Text(one, "spdxElementId"), Text(one, "relatedSpdxElement")])
            .Distinct().Order().ShouldBe(identifiers.Order());
    }

    [Fact]
    public void Every_package_has_a_version_and_a_licence_of_the_list()
    {
        Elements("packages").ShouldAllBe(package => Text(package, "versionInfo").Length > 0);
        Elements("packages").Select(package => Text(package, "licenseDeclared"))
            .ShouldAllBe(license => Licenses.Contains(license));
    }

    [Fact]
    public void Every_package_of_the_lock_files_and_every_linked_library_is_in_it()
    {
        string[] names = [.. Elements("packages").Select(package => $"{Text(package, "name")} {Text(package, "versionInfo")}")];
        string[] locked = [.. Directory.GetFiles(
                Path.Combine(RepositoryRoot.Path, "src"), "packages.lock.json", SearchOption.AllDirectories)
            .SelectMany(LockedPackages).Distinct()];

        locked.Length.ShouldBeGreaterThan(5);
        locked.Except(names).ShouldBeEmpty();
        names.ShouldContain(name => name.StartsWith("lmdb ", StringComparison.Ordinal));
        names.ShouldContain(name => name.StartsWith("glibc ", StringComparison.Ordinal));
        names.ShouldContain(name => name.StartsWith("Microsoft.NETCore.App.Runtime.NativeAOT", StringComparison.Ordinal));
        names.ShouldContain($"TlsMgr {BillOfMaterials.Version}");
    }

    [Fact]
    public void Every_program_is_in_it_with_its_digests()
    {
        Elements("files").Select(file => Text(file, "fileName")).Order().ShouldBe(["./tlsmgr", "./tlsother"]);
        foreach (JsonElement file in Elements("files"))
        {
            byte[] content = File.ReadAllBytes(Path.Combine(printed.Programs, Text(file, "fileName")));
            file.GetProperty("checksums").EnumerateArray()
                .Single(checksum => Text(checksum, "algorithm") == "SHA256").GetProperty("checksumValue").GetString()
                .ShouldBe(Convert.ToHexStringLower(SHA256.HashData(content)));
            // The specification asks for this one.
            file.GetProperty("checksums").EnumerateArray().ShouldContain(one => Text(one, "algorithm") == "SHA1");
        }
    }

    private static IEnumerable<string> Missing(JsonElement element, string[] fields) =>
        fields.Where(field => !element.TryGetProperty(field, out JsonElement value)
            || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0));

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString()!;

    private static IEnumerable<string> LockedPackages(string path) =>
        JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .Select(package => $"{package.Name} {Text(package.Value, "resolved")}");

    private JsonElement.ArrayEnumerator Elements(string kind) => _document.GetProperty(kind).EnumerateArray();

    [GeneratedRegex("^SPDXRef-[a-zA-Z0-9.-]+$")]
    private static partial Regex Identifier();

    [GeneratedRegex("^(Person|Organization|Tool): .+")]
    private static partial Regex Creator();
}
