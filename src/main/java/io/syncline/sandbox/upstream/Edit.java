package io.syncline.sandbox.upstream;

import java.util.Map;

/**
 * A change that someone asks the sandbox to make.
 *
 * @param index where it stands in the request, for error messages
 * @param data empty for a delete
 */
public record Edit(int index, Operation operation, String entityType, String entityId, Map<String, Object> data) {

    /** The path of one member of this change in the request, such as {@code changes[0].data.name}. */
    public String path(String member) {
        return "changes[" + index + "]." + member;
    }
}
