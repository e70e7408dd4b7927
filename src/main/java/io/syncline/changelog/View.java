package io.syncline.changelog;

import java.util.Set;

/**
 * What one principal may see: all of its grants.
 *
 * @param principal who the view belongs to; a cursor works only for the principal it was made for
 * @param everything whether the view sees every integration, those of the future included
 * @param integrations ids of the integrations seen; of no meaning where {@code everything} is set
 */
public record View(String principal, boolean everything, Set<String> integrations) {

    public boolean sees(String integrationId) {
        return everything || integrations.contains(integrationId);
    }
}
