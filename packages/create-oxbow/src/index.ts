/** What `npm create oxbow` does, for programs. */

// making a project
export { type CreatedProject, type CreateOptions, createProject } from './create-project.ts';
// errors
export { CreateError, type CreateErrorCode } from './errors.ts';
export type { PackageManager } from './install.ts';
// templates
export { TEMPLATES, type Template, type TemplateName } from './template.ts';
