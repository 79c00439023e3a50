const folder = '/usr/lib/chromium';

/** SwiftShader, a Vulkan driver in software, as Debian's chromium carries it together with a loader: WebGPU without a GPU. */
export const softwareVulkan = {
  driver: `${folder}/vk_swiftshader_icd.json`,
  /** For a process of its own: both are read when it starts. */
  env: { VK_ICD_FILENAMES: `${folder}/vk_swiftshader_icd.json`, LD_LIBRARY_PATH: folder },
};
