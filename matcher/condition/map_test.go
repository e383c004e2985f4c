package condition_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/condition"
)

// brief writes found as "id field:text", so that a table reads at a glance.
func brief(found []condition.Found) string {
	var out []string
	for _, f := range found {
		out = append(out, f.ID+" "+f.Field+":"+f.Text)
	}
	return strings.Join(out, "; ")
}

func ids(found []condition.Found) string {
	var out []string
	for _, f := range found {
		out = append(out, f.ID)
	}
	return strings.Join(out, " ")
}

func TestMapTrust(t *testing.T) {
	v := mustLoad(t)
	type study = condition.Study
	tests := []struct {
		name string
		in   study
		want string
	}{
		{"nothing", study{}, ""},
		{"conditions come first",
			study{Conditions: []string{"Lung Cancer"}, Titles: []string{"A drug for lung cancer"}},
			"lung_cancer conditions:Lung Cancer"},
		{"several stay, in their order",
			study{Conditions: []string{"Melanoma", "Lung Cancer"}},
			"melanoma conditions:Melanoma; lung_cancer conditions:Lung Cancer"},
		{"the narrower of one string stays",
			study{Conditions: []string{"Lung Cancer (NSCLC)"}},
			"nsclc conditions:NSCLC"},
		{"wider and narrower of two strings both stay",
			study{Conditions: []string{"Lung Cancer", "NSCLC"}},
			"lung_cancer conditions:Lung Cancer; nsclc conditions:NSCLC"},
		{"a title narrows",
			study{Conditions: []string{"Leukemia"}, Titles: []string{"Cells in relapsed AML"}},
			"aml title:AML"},
		{"a title makes a basket of what is listed",
			study{Conditions: []string{"Melanoma"}, Titles: []string{"Cells in advanced solid tumors"}},
			"melanoma conditions:Melanoma; solid_tumour title:solid tumors"},
		{"a title does not widen one beside a wider one",
			study{Conditions: []string{"Cancer", "Hepatocellular Carcinoma"}, Keywords: []string{"liver cancer"}},
			"cancer conditions:Cancer; hcc conditions:Hepatocellular Carcinoma"},
		{"a title does not add another illness",
			study{Conditions: []string{"Melanoma"}, Titles: []string{"Melanoma in people with HIV"}},
			"melanoma conditions:Melanoma"},
		{"a heading gives way to the kinds that keywords file under it",
			study{Conditions: []string{"Lymphoma"}, Titles: []string{"An antibody in advanced disease"}, Keywords: []string{"recurrent mantle cell lymphoma", "Burkitt lymphoma"}},
			"mantle_cell_lymphoma keywords:mantle cell lymphoma; burkitt_lymphoma keywords:Burkitt lymphoma"},
		{"but not where a title names it",
			study{Conditions: []string{"Lymphoma"}, Titles: []string{"An antibody in lymphoma"}, Keywords: []string{"Burkitt lymphoma"}},
			"lymphoma conditions:Lymphoma; burkitt_lymphoma keywords:Burkitt lymphoma"},
		{"of two titles the more precise one tells",
			study{Conditions: []string{"Liver Cancer", "HCC"}, Titles: []string{"Cells for cancer of the liver", "Cells in hepatocellular carcinoma"}},
			"hcc conditions:HCC"},
		{"a narrower catch-all in the title makes a wider one a heading",
			study{Conditions: []string{"Cancer", "Melanoma"}, Titles: []string{"Cells in advanced solid tumors"}},
			"melanoma conditions:Melanoma; solid_tumour title:solid tumors"},
		{"one of two illnesses that a phrase may mean is named alone",
			study{Conditions: []string{"Skin Cancer", "Melanoma"}},
			"melanoma conditions:Skin Cancer"},
		{"neither is",
			study{Conditions: []string{"Skin Cancer"}},
			"melanoma conditions:Skin Cancer; skin_cancer_nonmelanoma conditions:Skin Cancer"},
		{"what conditions name is not always so in running text",
			study{Conditions: []string{"Hepatitis C", "Atrial Fibrillation"}},
			"liver_disease_any conditions:Hepatitis C; heart_disease conditions:Atrial Fibrillation"},
		{"a title speaks where the conditions are not known",
			study{Conditions: []string{"Cell Therapy"}, Titles: []string{"Cells for cirrhosis"}},
			"liver_cirrhosis title:cirrhosis"},
		{"a catch-all beside the title's illness names no more people",
			study{Conditions: []string{"Pancreas Cancer", "Resistant Cancer"}, Titles: []string{"Cells in pancreatic cancer"}},
			"pancreatic_cancer conditions:Pancreas Cancer"},
		{"a basket trial says so in its title",
			study{Conditions: []string{"Melanoma", "Solid Tumor"}, Titles: []string{"Cells in melanoma and other solid tumors"}},
			"melanoma conditions:Melanoma; solid_tumour conditions:Solid Tumor"},
		{"keywords come last",
			study{Conditions: []string{"Cell Therapy"}, Titles: []string{"Cells for stroke"}, Keywords: []string{"COPD"}},
			"stroke title:stroke"},
		{"a MeSH ancestor adds nothing",
			study{Conditions: []string{"NSCLC"}, MeSHIDs: []string{"D009369", "D008175", "D002289"}},
			"nsclc conditions:NSCLC"},
		{"MeSH narrows",
			study{Conditions: []string{"Solid Tumor"}, MeSHIDs: []string{"D009369", "D008545"}},
			"solid_tumour conditions:Solid Tumor; melanoma mesh:D008545"},
		{"MeSH alone gives the narrowest",
			study{MeSHIDs: []string{"D009369", "D008175", "D055752"}},
			"sclc mesh:D055752"},
		{"both lengths of a descriptor",
			study{MeSHIDs: []string{"D000008175"}}, "lung_cancer mesh:D000008175"},
		{"a heading of MeSH without its descriptor",
			study{Conditions: []string{"Leukemia"}, MeSHTerms: []string{"Leukemia, Myeloid, Acute"}},
			"aml mesh:Leukemia, Myeloid, Acute"},
		{"a second illness that title and MeSH both name",
			study{Conditions: []string{"Hepatitis C"}, Titles: []string{"Drug X in hepatitis C with HIV coinfection"}, MeSHTerms: []string{"HIV Infections"}},
			"liver_disease_any conditions:Hepatitis C; hiv_infection title:HIV"},
		{"unknown descriptors", study{MeSHIDs: []string{"D999999", "", "D"}}, ""},
		{"an abbreviation as the whole keyword",
			study{Keywords: []string{"MS"}}, "multiple_sclerosis keywords:MS"},
		{"but not within a title",
			study{Titles: []string{"An MS assay of plasma proteins"}}, ""},
		{"one entry an id",
			study{Conditions: []string{"Stroke", "stroke", "Acute Stroke"}}, "stroke conditions:Stroke"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, brief(v.Map(tt.in))); diff != "" {
				t.Errorf("Map(%+v) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestMapCondition(t *testing.T) {
	v := mustLoad(t)
	tests := []struct{ in, want string }{
		// Registry spellings and MeSH inversions.
		{"Carcinoma, Non-Small-Cell Lung", "nsclc"},
		{"Stage IIIB Lung Non-Small Cell Carcinoma AJCC v9", "nsclc"},
		{"Nonsquamous Non-small Cell Lung Cancer", "nsclc"},
		{"Non-squamous NSCLC", "nsclc"},
		{"Squamous Non-small Cell Lung Cancer", "nsclc_squamous"},
		{"Leukemia, Myeloid, Acute", "aml"},
		{"Precursor Cell Lymphoblastic Leukemia-Lymphoma", "all"},
		{"Relapsed B-ALL", "b_all"},
		{"T Acute Lymphoblastic Leukaemia", "t_all"},
		{"Non-Hodgkin's Lymphoma", "nhl"},
		{"Hodgkin Disease", "hodgkin_lymphoma"},
		{"Waldenström Macroglobulinaemia", "waldenstrom"},
		{"HER2-positive Metastatic Breast Cancer", "breast_cancer_her2"},
		{"HER2-negative Breast Cancer", "breast_cancer"},
		{"HR+/HER2- Breast Cancer", "breast_cancer"},
		{"Hormone Receptor Positive Breast Carcinoma", "breast_cancer_hr"},
		{"Oesophageal Squamous Cell Carcinoma", "oesophageal_cancer"},
		{"Gastric or Gastro-oesophageal Junction Adenocarcinoma", "gastric_cancer"},
		{"Squamous Cell Carcinoma of the Head and Neck", "hnscc"},
		{"Non-clear Cell Renal Cell Carcinoma", "kidney_cancer"},
		{"Non-muscle Invasive Bladder Cancer", "bladder_cancer"},
		{"Skin Cancer", "melanoma skin_cancer_nonmelanoma"},
		{"Melanoma Skin Cancer", "melanoma"},
		{"Cancer of Unknown Primary", "unknown_primary"},
		{"Metastatic Malignant Neoplasm in the Brain", "brain_metastases_any"},
		// Any cancer of a kind.
		{"Advanced Solid Tumours", "solid_tumour"},
		{"Locally Advanced Malignant Solid Neoplasm", "solid_tumour"},
		{"Haematological Malignancies", "haematological_malignancy"},
		{"Neoplasms", "cancer"},
		{"Carcinoma", "solid_tumour"},
		{"ALL", "all"},
		// Other illnesses.
		{"Perianal Crohn Disease", "crohn_fistula"},
		{"Fistulizing Crohn's Disease", "crohn_fistula"},
		{"Arteriovenous Fistula", ""},
		{"Knee Osteoarthritis", "osteoarthritis"},
		{"Non-ischemic Heart Failure", "heart_failure_disease"},
		{"Critical Limb Ischaemia", "limb_ischaemia"},
		{"Diabetes Mellitus, Insulin-Dependent", "diabetes_type1"},
		{"Diabetes Mellitus", ""},
		{"Graft vs Host Disease", "gvhd_disease"},
		{"Respiratory Distress Syndrome, Newborn", ""},
		{"Respiratory Distress Syndrome, Adult", "ards"},
		{"Premature Ovarian Failure", "ovarian_insufficiency"},
		{"Renal Transplant Rejection", "kidney_transplant"},
		// Words of an illness that name another thing.
		{"Cancer Pain", ""},
		{"Cancer-related Fatigue", ""},
		{"Bone Metastases", ""},
		{"Tumor Lysis Syndrome", ""},
		{"Adrenocortical Carcinoma", ""},
		{"Hepatitis B Vaccine", ""},
		{"HIV Seronegativity", ""},
		{"Lung Transplantation", ""},
		{"Non-prostate Tumours", ""},
		{"Breast Cancer Pain after Cancer-related Surgery", "breast_cancer"},
		// Names that share a head.
		{"Breast and Ovarian Cancer", "breast_cancer ovarian_cancer"},
		{"Kidney, Colon, and/or Head and Neck Cancer", "kidney_cancer colorectal_cancer head_neck_cancer"},
		{"Gastric/Esophageal Carcinoma", "gastric_cancer oesophageal_cancer"},
		{"Small Cell and Non-small Cell Lung Cancer", "sclc nsclc"},
		{"Hodgkin or Non-Hodgkin Lymphoma", "hodgkin_lymphoma nhl"},
		{"Breast surgery and Lung Cancer", "lung_cancer"},
		{"Liver Metastases and Cancer", "cancer"},
		{"Liver and Kidney Transplantation", "kidney_transplant"},
		// As EU records name them.
		{"Cancer du poumon non à petites cellules", "nsclc"},
		{"Ikke-småcellet lungekræft", "nsclc"},
		{"Gemetastaseerde borstkanker", "breast_cancer"},
		{"Kleinzelliges Lungenkarzinom", "sclc"},
	}
	for _, tt := range tests {
		if got := ids(v.Map(condition.Study{Conditions: []string{tt.in}})); got != tt.want {
			t.Errorf("Map(conditions %q): got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestMapText(t *testing.T) {
	v := mustLoad(t)
	tests := []struct{ in, want string }{
		{"", ""},
		{"Histologically proven NSCLC or melanoma.", "nsclc text:NSCLC; melanoma text:melanoma"},
		{"Must not have multiple sclerosis; MUC-1 positive", "multiple_sclerosis text:multiple sclerosis"},
		{"chronic hepatitis B: all genotypes may enter", "hepatitis_b_disease text:chronic hepatitis B"},
		{"lung adenocarcinoma", "nsclc_adenocarcinoma text:lung adenocarcinoma"},
		{"relapse of T-ALL", "t_all text:T-ALL"},
		{"the patients don't all return", ""},
		{"No anti-cancer drug in 2 weeks", ""},
		{"Non-cirrhotic liver", ""},
		{"Active viral infection or myopathy", ""},
		{"except basal or squamous cell carcinoma of the skin",
			"basal_cell text:basal; cutaneous_squamous text:squamous cell carcinoma of the skin"},
		{"晚期 NSCLC 患者", "nsclc text:NSCLC"},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, brief(v.MapText(tt.in))); diff != "" {
			t.Errorf("MapText(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func FuzzMap(f *testing.F) {
	v := mustLoad(f)
	for _, s := range []string{"Lung cancer (NSCLC)", "non-", "ALL", "T ALL", "D000008175", "\xff non \xfe cancer", "肺癌"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		found := v.Map(condition.Study{Conditions: []string{s, s}, Titles: []string{s}, Keywords: []string{s}, MeSHIDs: []string{s}})
		seen := map[string]bool{}
		for _, f := range append(found, v.MapText(s)...) {
			if _, ok := v.ByID(f.ID); !ok {
				t.Errorf("Map(%q): unknown id %q", s, f.ID)
			}
			if !strings.Contains(s, f.Text) {
				t.Errorf("Map(%q): words %q are not in it", s, f.Text)
			}
		}
		for _, f := range found {
			if seen[f.ID] {
				t.Errorf("Map(%q): %s twice", s, f.ID)
			}
			seen[f.ID] = true
		}
	})
}
