/**
 * Who is here: what connections track on a topic, on whichever pod they are.
 *
 * <p>
 * Nothing of it is stored. Each pod alone says what its own connections track, and says it anew while anything is tracked; what
 * is lost on the way is asked for again, and what a pod said that is silent is dropped.
 */
@NullMarked
@CheckReturnValue
package dev.together.presence;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
