package io.syncline.integration;

import graphql.language.SDLDefinition;
import graphql.schema.idl.TypeDefinitionRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All entity types of all sources, from their {@code entities.graphqls}. Immutable; a reload makes a new one. */
public final class EntityTypes {

    private static final String FILE = "entities.graphqls";

    private final List<EntityType> all;
    private final Map<String, EntityType> byName;
    private final TypeDefinitionRegistry definitions;

    private EntityTypes(List<EntityType> all, Map<String, EntityType> byName, TypeDefinitionRegistry definitions) {
        this.all = all;
        this.byName = byName;
        this.definitions = definitions;
    }

    /** The scalars that a field may have, those of GraphQL itself included. */
    public static Set<String> scalars() {
        return EntityDefinitions.SCALARS;
    }

    /**
     * Reads {@code <sources>/<source>/entities.graphqls} of every source.
     *
     * @throws IllegalArgumentException naming file, line and reason where one is wrong, a line of text for each
     */
    public static EntityTypes load(Path sources) {
        return load(files(sources));
    }

    /** The same, but where two sources declare a name, it is wrong in the given one. */
    static EntityTypes load(Path sources, String judged) {
        Comparator<Path> judgedLast = Comparator.comparing(
                file -> file.getParent().getFileName().toString().equals(judged));
        return load(files(sources).stream().sorted(judgedLast).toList());
    }

    private static EntityTypes load(List<Path> files) {
        Map<String, String> declared = new LinkedHashMap<>();
        Map<String, EntityType> byName = new HashMap<>();
        List<EntityType> all = new ArrayList<>();
        TypeDefinitionRegistry registry = new TypeDefinitionRegistry();
        for (Path file : files) {
            String source = file.getParent().getFileName().toString();
            EntityDefinitions read = EntityDefinitions.read(source, file);
            for (SDLDefinition<?> definition : read.types()) {
                String name = EntityDefinitions.name(definition);
                String elsewhere = declared.putIfAbsent(name.toLowerCase(Locale.ROOT), source);
                if (elsewhere != null) {
                    throw read.wrong(
                            definition,
                            "the name " + name + " is taken by the source " + elsewhere
                                    + "; GraphQL names are unique across sources, without regard to case");
                }
                registry.add(definition);
            }
            for (EntityType type : read.entities()) {
                for (String name : new HashSet<>(List.of(key(type.name()), key(type.graphqlName())))) {
                    EntityType other = byName.putIfAbsent(name, type);
                    if (other != null) {
                        throw read.wrong(
                                registry.getTypeOrNull(type.graphqlName()),
                                "the entity type " + type.name() + " is also declared by the source " + other.source()
                                        + " as " + other.graphqlName()
                                        + "; give it another name, such as one that begins with that of its source");
                    }
                }
                all.add(type);
            }
        }
        return new EntityTypes(List.copyOf(all), byName, registry.readOnly());
    }

    public Collection<EntityType> all() {
        return all;
    }

    /** The names, in the changelog, of those that a source declares. */
    public Set<String> namesOf(String source) {
        return all.stream()
                .filter(type -> type.source().equals(source))
                .map(EntityType::name)
                .collect(Collectors.toSet());
    }

    /** By its name in the changelog or in GraphQL, without regard to case. */
    public Optional<EntityType> find(String name) {
        return Optional.ofNullable(byName.get(key(name)));
    }

    /**
     * The SDL of all sources together: object types and enums, without the {@code @entity} directive and the known scalars' own
     * definitions.
     */
    public TypeDefinitionRegistry definitions() {
        return definitions;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static List<Path> files(Path sources) {
        try (Stream<Path> folders = Files.list(sources)) {
            return folders.map(folder -> folder.resolve(FILE))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException absent) {
            throw new IllegalArgumentException("There is no folder " + sources.toAbsolutePath()
                    + " to read sources from: start Syncline where its folder routes/ is, or set syncline.routes"
                    + " (SYNCLINE_ROUTES) to that folder");
        } catch (IOException e) {
            throw new UncheckedIOException("The sources' folder " + sources + " cannot be read: " + e.getMessage(), e);
        }
    }
}
